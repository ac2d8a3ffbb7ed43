"""Pages of provisioning: setting up (the form and its terms), the runs, and changing values after a failure."""
