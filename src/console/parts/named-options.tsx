/** A choice for each of the things, by name; none while they are still on their way. */
export function NamedOptions({
  of,
}: {
  of: readonly { readonly id: number; readonly name: string }[] | undefined;
}) {
  return of?.map(({ id, name }) => (
    <option key={id} value={id}>
      {name}
    </option>
  ));
}
