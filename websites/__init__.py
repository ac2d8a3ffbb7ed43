"""The portal runtime: what visitors see. Own process, own urls; it knows no admin page."""
