"""Questions about stored events, asked by the HTTP face and by pages alike."""
