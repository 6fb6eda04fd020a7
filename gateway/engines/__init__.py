"""The engines that can stand behind the gateway."""
