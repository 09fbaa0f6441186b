import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { EndpointChoice } from '../forms/endpoint-choice.tsx';
import { PairForm } from '../forms/pair-form.tsx';
import { endpointWords } from '../words/endpoint-words.ts';
import { useWords } from '../words/use-words.ts';

const route = getRouteApi('/pair');

/** Pairs a box standing in front of it, made for a phone. */
export function PairPage() {
  const words = useWords(endpointWords);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  return (
    <section className="page narrow">
      <h1>{words.pairTitle}</h1>
      <p className="quiet">{words.pairLead}</p>
      <section className="panel">
        <PairForm
          endpointId={search.endpoint}
          code={search.code}
          onPaired={() => void queries.invalidateQueries({ queryKey: ['endpoints'] })}
        >
          <EndpointChoice
            label={words.endpoint}
            value={search.endpoint}
            onChoose={(endpoint) => void navigate({ search: { ...search, endpoint }, replace: true })}
          />
        </PairForm>
      </section>
    </section>
  );
}
