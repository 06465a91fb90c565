// The reader's own time zone, where the browser tells it and nobody has typed one. The page works without this.
const zone = document.getElementById("zone");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && own && zone.value === "UTC") zone.value = own;
