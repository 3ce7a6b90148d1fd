"""room-display: owner of screen, inputs and browsers. It holds no secret and knows the core by `agent.wire` alone."""
