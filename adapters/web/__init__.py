"""The web server: playground, API, health, and Slack's HTTP endpoints."""
