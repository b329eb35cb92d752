/** The picture beside the sign-in: a ladder of orders around a price, drawn as lines. It says nothing that words must. */
export function Rigging() {
  const rungs = Array.from({ length: 11 }, (_, at) => 90 + at * 62);
  const path = PRICE.map((y, at) => `${at ? 'L' : 'M'}${at * 44 - 20} ${y}`).join('');
  return (
    <div aria-hidden className="relative hidden overflow-hidden border-l border-line bg-[#0b1220] lg:block">
      <svg viewBox="0 0 760 860" preserveAspectRatio="xMidYMid slice" className="absolute inset-0 size-full">
        <defs>
          <linearGradient id="rigging-fade" x1="0" x2="0" y1="0" y2="1">
            <stop offset="0" stopColor="#5c94f6" stopOpacity=".28" />
            <stop offset="1" stopColor="#5c94f6" stopOpacity="0" />
          </linearGradient>
        </defs>
        {rungs.map((y, at) => (
          <line key={y} x1="0" x2="760" y1={y} y2={y} stroke={at < 5 ? '#ff8377' : '#45cd9b'} strokeOpacity={0.26} strokeDasharray="2 7" />
        ))}
        <path d={`${path}L860 860L-20 860Z`} fill="url(#rigging-fade)" />
        <path d={path} fill="none" stroke="#8ab3fb" strokeWidth="2.500" strokeLinejoin="round" />
        {MARKS.map(([at, buy]) => (
          <circle key={at} cx={at * 44 - 20} cy={PRICE[at]} r="5" fill="#0b1220" stroke={buy ? '#45cd9b' : '#ff8377'} strokeWidth="2.500" />
        ))}
      </svg>
      <div className="absolute inset-x-12 bottom-12 max-w-md text-[#e8edf3]">
        <p className="text-xl font-semibold tracking-tight">One decision, everywhere.</p>
        <p className="mt-2 text-sm text-[#aeb9c6]">The rules that were tested are the rules that trade. Every order says why it is there, and every step is written down before it is taken.</p>
      </div>
    </div>
  );
}

const PRICE = [470, 440, 455, 400, 372, 390, 338, 352, 300, 330, 372, 350, 410, 396, 452, 470, 420, 380, 396, 340, 300];
const MARKS: readonly (readonly [number, boolean])[] = [
  [2, true],
  [4, false],
  [8, false],
  [12, true],
  [15, true],
  [19, false],
];
