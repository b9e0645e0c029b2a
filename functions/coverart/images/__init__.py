"""Images: downloading, decoding, encoding and color arithmetic."""
