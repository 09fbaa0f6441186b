/** The heads of a table's columns, by their names in the order of the words. */
export function ColumnHeads({ columns }: { columns: Readonly<Record<string, string>> }) {
  return (
    <thead>
      <tr>
        {Object.entries(columns).map(([key, name]) => (
          <th key={key} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
