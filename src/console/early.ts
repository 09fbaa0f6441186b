import { pageAt } from './pages.ts';
import './console.css';
import './early-answer.ts';

/* What runs first, and is small: who is there is asked, and the script of the page comes beside that of the console. */

void import('./main.tsx');
// The router asks for the page again, and tells when it cannot be had.
pageAt(window.location.pathname.slice('/console'.length))?.().catch(() => {});
