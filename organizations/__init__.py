"""Organizations (instances): users, roles, languages, the Web API client and the embedded organization."""
