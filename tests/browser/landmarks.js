// What people jump by: the parts of a page, its headings, the labels of its fields.
(() => {
  const all = (query) => [...document.querySelectorAll(query)];
  const shown = (query) => all(query).filter((one) => one.checkVisibility());
  const levels = shown("h1, h2, h3, h4, h5, h6").map((one) => Number(one.tagName[1]));
  return {
    language: document.documentElement.lang,
    mains: all("main").length,
    banner: all("body > header").length,
    footer: all("body > footer").length,
    firsts: shown("h1").length,
    jumps: levels.filter((level, place) => place && level > levels[place - 1] + 1).length,
    unlabelled: shown("input:not([type=hidden]), select, textarea").filter((one) => !one.labels.length && !one.ariaLabel).length,
    untold: all("img").filter((one) => !one.hasAttribute("alt")).length,
    twins: all("[id]").length - new Set(all("[id]").map((one) => one.id)).size,
  };
})();
