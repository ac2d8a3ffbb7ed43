"""What other rooms may ask of the hub. Every question and change asks ``organizations.policy`` first."""
