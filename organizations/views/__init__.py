"""The pages of the Instances tab."""
