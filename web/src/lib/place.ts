// Where something trades, written in one way everywhere: the venue, what kind of it, and of paper at whose prices.
import { sentence } from './words';

interface Place {
  venue: string;
  /** sandbox, paper, test or live */
  environment: string;
}

/** Such as “Binance sandbox”, “Binance paper at live prices”. */
export function placeText({ venue, environment }: Place, prices?: string | null): string {
  const name = `${sentence(venue)} ${environment}`;
  return prices ? `${name} at ${prices} prices` : name;
}
