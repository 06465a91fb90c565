// The element that has the focus: which it is, its place in the document, and whether that can be seen.
(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element);
  const holder = element.parentElement ? getComputedStyle(element.parentElement) : style;
  const box = element.getBoundingClientRect();
  return {
    what: `${element.tagName} ${element.textContent.trim().slice(0, 40)} ${element.id}`,
    place: [...document.querySelectorAll("*")].indexOf(element),
    ring: parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== "none"
      || parseFloat(holder.outlineWidth) > 0 && holder.outlineStyle !== "none",
    seen: box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth,
  };
})();
