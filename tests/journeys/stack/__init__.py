"""The whole way in a browser against the whole product: real edge, worker, runtime and organizations."""
