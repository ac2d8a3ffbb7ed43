"""The administration center as a whole: settings, sign-in, shell, API root, commands, embedded services."""
