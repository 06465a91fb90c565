"""E-mail: views as messages for a mailbox, and the way to the server that takes them."""
