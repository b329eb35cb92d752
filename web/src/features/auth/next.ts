/** Where to go after the sign-in: an address of this application, never of another. */
export function nextOf(wanted: string | null): string {
  if (!wanted || !/^\/(?![/\\])/.test(wanted) || wanted.startsWith('/sign-in')) return '/';
  return wanted;
}
