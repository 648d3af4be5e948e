/** True for https, and for http on this machine (the local world). What comes over the wire is opened only if this holds. */
export function isWebAddress(url: string | undefined): url is string {
  try {
    const { protocol, hostname, username } = new URL(url ?? '');
    if (username !== '') return false;
    return (
      protocol === 'https:' || (protocol === 'http:' && /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname))
    );
  } catch {
    return false;
  }
}
