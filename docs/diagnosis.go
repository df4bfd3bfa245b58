package docs

// diagnosisCodes lists the ICD-10-CM codes of the note that stand as a diagnosis of this patient.
// Family history, other people and what is ruled out do not.
func (n *reading) diagnosisCodes() []hit {
	var found []hit
	for i := range n.tokens {
		last, dotted := n.codeAt(i)
		if last == 0 {
			last = n.codeInParts(i)
		}
		if last == 0 {
			continue
		}
		if !dotted && !n.likelyCode(i) {
			continue
		}
		if n.isVital(i) || n.ruledOut(hit{i, last}) {
			continue
		}
		found = append(found, hit{i, last})
	}
	return found
}

// codeAt reads a letter but U, a digit, a digit or A or B, and up to four more behind a dot or
// without one. It returns the token behind the code, or 0.
func (n *reading) codeAt(i int) (last int, dotted bool) {
	t := &n.tokens[i]
	if t.kind != wordToken || t.text[0] == 'u' || len(t.text) < 3 || len(t.text) > 7 || !isDigit(t.text[1]) {
		return 0, false
	}
	if c := t.text[2]; !isDigit(c) && c != 'a' && c != 'b' {
		return 0, false
	}
	if i > 0 && (n.tokens[i-1].kind == glueToken || n.at(i-1) == "." || n.at(i-1) == "#") && n.tokens[i-1].end == t.start {
		return 0, false
	}
	if len(t.text) == 3 && n.close(i, ".") && i+2 < len(n.tokens) && n.tokens[i+2].start == n.tokens[i+1].end {
		rest := n.tokens[i+2]
		end := i + 3
		if end < len(n.tokens) && n.tokens[end].start == rest.end && n.tokens[end].kind == wordToken { // M25.56A, S83.511D
			end++
		}
		if size := n.tokens[end-1].end - rest.start; size >= 1 && size <= 4 && isDigitOrX(rest.text) {
			return end, true
		}
		return 0, false
	}
	for k := 3; k < len(t.text); k++ {
		if !isAlnum(t.text[k]) {
			return 0, false
		}
	}
	return i + 1, false
}

// codeInParts reads a code written with a space, as dictation writes it: F 43.21. Only beside a word of
// diagnosis, since a letter and a number stand side by side in many lists.
func (n *reading) codeInParts(i int) int {
	t := &n.tokens[i]
	if t.kind != wordToken || len(t.text) != 1 || t.text == "u" || i+1 >= len(n.tokens) {
		return 0
	}
	rest := &n.tokens[i+1]
	if rest.kind != numberToken || len(rest.text) < 4 || rest.text[2] != '.' || rest.start != t.end+1 || !n.likelyCodeBeside(i) {
		return 0
	}
	return i + 2
}

// likelyCodeBeside says whether a word of diagnosis stands beside token i.
func (n *reading) likelyCodeBeside(i int) bool {
	l := n.lines[n.tokens[i].line]
	return anyIn(n.words("diagnosis-words"), max(l.first, i-10), min(l.last, i+4)) || n.in(i, inDiagnosis)
}

func isDigitOrX(s string) bool { return s != "" && (isDigit(s[0]) || s[0] == 'x' || s[0] == 'a') }

// likelyCode says whether a code without a dot is one: beside a word of diagnosis, or an F code
// that stands by itself, in a diagnosis or assessment section, or in brackets.
func (n *reading) likelyCode(i int) bool {
	if n.likelyCodeBeside(i) {
		return true
	}
	l := n.lines[n.tokens[i].line]
	t := n.tokens[i].text
	if t[0] != 'f' || !isDigit(t[2]) {
		return false
	}
	alone := l.first == i && (n.wordsIn(l.first, l.last) <= 8 || n.at(i+1) == "." || n.at(i+1) == ":")
	return alone || n.in(i, inAssessment) || n.at(i-1) == "("
}

// isVital tells T98.6 the temperature from a code: no ICD-10-CM code lies in T89 to T99, and T36 to
// T38 stand among other vital signs.
func (n *reading) isVital(i int) bool {
	t := n.tokens[i].text
	if t[0] != 't' || len(t) != 3 {
		return false
	}
	from, to := n.sentence(i)
	v := atoi(t[1:])
	return v >= 89 || v >= 35 && v <= 41 && anyIn(n.words("vital-signs"), from, to)
}

// ruledOut says whether a code is ruled out, or of a relative.
func (n *reading) ruledOut(h hit) bool {
	from, to := n.sentence(h.first)
	for i := h.first - 1; i >= from; i-- { // to the last semicolon or the code before
		if n.at(i) == ";" || n.at(i) == "|" {
			from = i + 1
			break
		}
		if last, dotted := n.codeAt(i); last > 0 && dotted {
			from = last
			break
		}
	}
	if anyIn(n.words("rule-out"), from, h.first) || anyIn(n.words("ruled-out-behind"), h.last, n.clauseEnd(h.last, min(to, h.last+6))) {
		return true
	}
	if n.ofOthers(h, from, to) || anyIn(n.words("family-history"), from, h.first) {
		return true
	}
	return anyIn(n.words("family-history"), n.lines[n.tokens[h.first].line].first, h.first)
}

// clauseEnd is the first semicolon, comma or bar from token i on, or to.
func (n *reading) clauseEnd(i, to int) int {
	for k := i; k < to; k++ {
		switch n.at(k) {
		case ";", ",", "|":
			return k
		}
	}
	return max(i, to)
}

// detectDiagnosisCode wants an ICD-10-CM code of this patient.
func detectDiagnosisCode(n *reading, v *value) finding {
	if codes := n.diagnosisCodes(); len(codes) > 0 {
		return present(n.evidence(codes[0].first, codes[0].last))
	}
	return n.fallsShort(v)
}
