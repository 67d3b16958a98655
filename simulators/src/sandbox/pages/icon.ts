/** The bank's mark: an open ring. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M23 23a10 10 0 1 1 0-14" fill="none" stroke="#0b7285" stroke-width="6"/></svg>`;
