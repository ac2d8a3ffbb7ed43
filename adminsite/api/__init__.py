"""The API as a whole: addresses, sign-in, errors, throttling, the schema. Each noun's views are in its own room."""
