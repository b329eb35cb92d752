import { useEffect, useState } from 'react';

/** The value once it has not changed for a while; compared by content, since forms make new objects all the time. */
export function useSettled<Value>(value: Value, wait_ms: number): Value {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as Value), wait_ms);
    return () => clearTimeout(timer);
  }, [text, wait_ms]);
  return settled;
}
