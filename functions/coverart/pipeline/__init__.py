"""From a request to a published cover: what the state machines' functions share."""
