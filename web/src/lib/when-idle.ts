/** Does something when the page has loaded and nothing else is to be done. @returns how to call it off. */
export function whenIdle(work: () => void): () => void {
  let isOff = false;
  const begin = () => {
    if (!isOff) work();
  };
  // Not every browser has idle callbacks.
  const wait = () => (window.requestIdleCallback ? window.requestIdleCallback(begin) : setTimeout(begin, 200));
  if (document.readyState === 'complete') wait();
  else window.addEventListener('load', wait, { once: true });
  return () => {
    isOff = true;
  };
}
