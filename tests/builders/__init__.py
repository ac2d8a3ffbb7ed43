"""Plain functions that build what a test needs, a module for each room: nobody edits another room's."""
