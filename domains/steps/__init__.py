"""What the steps of a domain's run do: each makes something so, and finds it done when it runs again."""
