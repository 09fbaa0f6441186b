import { askWhatComesFirst } from './early-answer.ts';
import { pageAt } from './pages.ts';
import './console.css';

/* What runs first, and is small: who is there is asked, and the script of the page comes beside that of the console. */

const path = window.location.pathname.slice('/console'.length);
void import('./main.tsx');
askWhatComesFirst(path, window.location.search);
// The router asks for the page again, and tells when it cannot be had.
pageAt(path)?.().catch(() => {});
