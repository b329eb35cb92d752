// What is wrong with a field is told as it is left, and goes away as it becomes right.
import { useEffect, useRef, type FocusEvent } from 'react';
import { get, type FieldPath, type FieldValues, type UseFormReturn } from 'react-hook-form';

/** Looks at a field as it is left, if something was written into it. To be given to the form as its `onBlur`.
 *
 * A message makes room for itself. So while a pointer is held down, it waits until that is up: or what is being clicked
 * at would move away from under it.
 */
export function useToldOnLeaving<Values extends FieldValues>(form: UseFormReturn<Values>): (event: FocusEvent<HTMLElement>) => void {
  const held = useRef(false);
  const waiting = useRef(new Set<FieldPath<Values>>());
  useEffect(() => {
    const { unsubscribe } = form.watch((_, { name }) => {
      if (name && form.getFieldState(name).error) void form.trigger(name);
    });
    const down = () => {
      held.current = true;
    };
    const up = () => {
      held.current = false;
      const names = [...waiting.current];
      waiting.current.clear();
      // The click comes after this, and goes where it was aimed.
      if (names.length > 0) setTimeout(() => void form.trigger(names), 0);
    };
    document.addEventListener('pointerdown', down, true);
    document.addEventListener('pointerup', up, true);
    document.addEventListener('pointercancel', up, true);
    return () => {
      unsubscribe();
      document.removeEventListener('pointerdown', down, true);
      document.removeEventListener('pointerup', up, true);
      document.removeEventListener('pointercancel', up, true);
    };
  }, [form]);
  return ({ target }) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) || !target.name) return;
    const name = target.name as FieldPath<Values>;
    const begun = String(get(form.formState.defaultValues, name) ?? '');
    if (String(form.getValues(name) ?? '') === begun) return;
    if (held.current) waiting.current.add(name);
    else setTimeout(() => void form.trigger(name), 0);
  };
}
