package coding

// withdrawn is a code that was ended before the rules of its time were written down here. It is
// never suggested; it is kept so that an old code still names its activity and its successors.
type withdrawn struct{}

func (withdrawn) faults(n *Numbers) []string { return noMinutes("withdrawn", n) }

func (withdrawn) sentences(n *Numbers) []string {
	if len(n.Successors) == 0 {
		return []string{"never suggested; no code replaces it"}
	}
	said := "never suggested; followed by"
	for i, code := range n.Successors {
		if i > 0 {
			said += ","
		}
		said += " " + code
	}
	return []string{said}
}

func (withdrawn) evaluate(*evaluation, *work, []*rule) {}
