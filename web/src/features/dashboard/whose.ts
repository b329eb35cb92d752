import type { Market } from '@/api/types';
import { placeText } from '@/lib/place';

/** Whose prices they are: of a paper account the market that its orders meet; of a sandbox its port, where there are several.
 * Where there is no room for all of it, a pointer that rests on it shows the rest. */
export function whose({ venue, environment, source }: Pick<Market, 'venue' | 'environment' | 'source'>, all: readonly Pick<Market, 'environment' | 'source'>[]): string {
  const place = { venue, environment };
  if (environment !== 'sandbox') return placeText(place, source);
  const several = all.some((one) => one.environment === 'sandbox' && one.source !== source);
  return several && source ? `${placeText(place)}, port ${source.slice(source.indexOf(':') + 1)}` : placeText(place);
}
