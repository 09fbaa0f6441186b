import { type Formula, saidFormula } from '../../impressions/formula-words.ts';
import { useFormat } from '../format.ts';
import { audienceWords } from '../words/audience-words.ts';
import { useWords } from '../words/use-words.ts';

/** The formula in words: its line, what each sign means, what is assumed. */
export function FormulaWords({ formula, isOpen = false }: { formula: Formula; isOpen?: boolean }) {
  const words = useWords(audienceWords);
  const { language } = useFormat();
  const said = saidFormula(language, formula);
  return (
    <details className="panel" open={isOpen}>
      <summary>
        {words.formula} · {words.formulaOf(formula.version)}
      </summary>
      <p className="formula">{said.text}</p>
      <dl className="facts">
        {said.inputs.map(([sign, meaning]) => (
          <div key={sign} className="fact">
            <dt>{sign}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h3>{words.assumptions}</h3>
      <ul className="bullets">
        {said.assumptions.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </details>
  );
}
