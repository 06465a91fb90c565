"""Ways in and out: one folder, one platform. They import the core, never each other, never storage."""
