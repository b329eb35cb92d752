// The open objects of a result, parsed once into named rows; what does not fit is left out.
import { z } from 'zod';

const trip = z.object({
  symbol: z.string(),
  direction: z.number(),
  entry_ms: z.number(),
  exit_ms: z.number(),
  qty: z.string(),
  entry_price: z.string(),
  exit_price: z.string(),
  profit: z.string(),
  fees: z.string(),
  exit_reason: z.string(),
});
// Two numbers, what they are and when they were so.
const measured = { time_ms: z.number(), measure: z.string(), value: z.string(), limit: z.string(), unit: z.nullish(z.string()) };
// `reached`: the limit of the account that stopped the order.
const note = z.object({ ...measured, symbol: z.string(), slot: z.number(), code: z.string(), reached: z.nullish(z.object(measured)) });

export type Trip = z.infer<typeof trip>;
export type Note = z.infer<typeof note>;

export function fitting<Row>(shape: z.ZodType<Row>, rows: readonly unknown[]): Row[] {
  return rows.flatMap((row) => {
    const read = shape.safeParse(row);
    return read.success ? [read.data] : [];
  });
}

export const tripsOf = (rows: readonly unknown[]): Trip[] => fitting(trip, rows);
export const notesOf = (rows: readonly unknown[]): Note[] => fitting(note, rows);
