"""What belongs to custom domain names alone: their sentences, errors, questions, and when to look at DNS again."""
