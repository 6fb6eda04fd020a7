"""Bills and receipts as they are laid out, and answers from them."""
