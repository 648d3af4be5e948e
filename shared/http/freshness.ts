/** Whether the caller asks for what is true now (`Cache-Control: no-cache`, RFC 9111 §5.2.1.4), whatever else the header says. */
export const wantsFresh = (cacheControl: string | null): boolean =>
  (cacheControl ?? '').split(',').some((directive) => directive.trim().toLowerCase() === 'no-cache');
