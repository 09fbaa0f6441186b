import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { NoticeDraft } from '../../notices/notice.ts';
import { askBytes } from '../api.ts';
import { TroubleNote } from './waiting.tsx';

/** A notice as it will look in one size, set by the server. */
export function NoticeSlide(props: {
  draft: NoticeDraft;
  size: { readonly widthPx: number; readonly heightPx: number };
  name: string;
}) {
  const { draft, size, name } = props;
  const order = { ...draft, widthPx: size.widthPx, heightPx: size.heightPx };
  const slide = useQuery({
    queryKey: ['notice-preview', order],
    queryFn: ({ signal }) => askBytes('/api/notices/preview', order, signal),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const address = useAddress(slide.data);
  return (
    <figure className="slide" style={{ aspectRatio: `${size.widthPx} / ${size.heightPx}` }}>
      {slide.error ? <TroubleNote error={slide.error} /> : address && <img src={address} alt={name} />}
    </figure>
  );
}

/** An address for bytes, given up when others come. */
function useAddress(bytes: Blob | undefined): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!bytes) return;
    const made = URL.createObjectURL(bytes);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes]);
  return address;
}
