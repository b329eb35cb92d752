/** A mast with two signal flags, which is also a B. */
export function LogoMark({ className = 'size-7' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path fill="var(--on-accent)" d="M8.500 6h2.600v20H8.500z" />
      <path fill="var(--on-accent)" d="M13 7l9.500 4.200L13 15.400z" />
      <path fill="var(--on-accent)" fillOpacity=".62" d="M13 16.600l12 4.700L13 26z" />
    </svg>
  );
}

export function Logo() {
  return (
    <span className="flex items-center gap-2.5">
      <LogoMark />
      <span className="text-lg font-semibold tracking-tight">Botswain</span>
    </span>
  );
}
