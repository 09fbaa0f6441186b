import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { upkeepWords } from '../words/upkeep-words.ts';
import { useWords } from '../words/use-words.ts';
import { Found } from './waiting.tsx';
import { Wide } from './wide.tsx';

const KINDS = ['material', 'unused', 'renditions', 'uploads', 'database', 'plays'] as const;

/** What takes room, how much is left, and how more is made. */
export function Storage() {
  const words = useWords(upkeepWords);
  const format = useFormat();
  const storage = useQuery({
    queryKey: ['storage'],
    queryFn: () => answer(api.health.storage.$get()),
    refetchInterval: 60_000,
  });
  return (
    <section className="panel">
      <h2>{words.storage}</h2>
      <Found query={storage} lines={6}>
        {({ disk, sums, media }) => (
          <>
            <div>
              <meter
                min={0}
                max={disk.totalBytes}
                low={disk.totalBytes * 0.8}
                high={disk.totalBytes * 0.9}
                optimum={0}
                value={disk.totalBytes - disk.freeBytes}
                aria-label={words.diskUsed}
              />
              <p>
                <b>{words.free(format.bytes(disk.freeBytes), format.bytes(disk.totalBytes))}</b>
              </p>
              <p className="quiet">
                {media.where === 'folder'
                  ? words.folder
                  : words.bucket(format.bytes(media.copiesAtMost ?? 0))}
              </p>
            </div>
            <Wide label={words.storage}>
              <table className="rows">
                <thead>
                  <tr>
                    <th scope="col">{words.columns.kind}</th>
                    <th scope="col" className="number">
                      {words.columns.bytes}
                    </th>
                    <th scope="col">{words.columns.trim}</th>
                  </tr>
                </thead>
                <tbody>
                  {KINDS.map((kind) => (
                    <tr key={kind}>
                      <td>{words.kinds[kind]}</td>
                      <td className="number nowrap">{format.bytes(sums[kind])}</td>
                      <td>{words.trims[kind]}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Wide>
          </>
        )}
      </Found>
    </section>
  );
}
