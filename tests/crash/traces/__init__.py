"""A workflow whose steps each append one line to a file: two lines mean a step ran twice, none that it was lost."""
