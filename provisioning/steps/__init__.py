"""What the steps of a run do: each makes something so, and finds it done when it runs again."""
