// What reaches beyond the right edge of the window, so that the page could be pushed sideways.
(() => {
  const wide = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > wide + 1 && !element.matches(".unseen, .skip"))
    .map((element) => `${element.tagName}.${element.className} ${element.getBoundingClientRect().right}`)
    .slice(0, 5)
    .concat(`scrolls to ${document.scrollingElement.scrollWidth}`);
})();
