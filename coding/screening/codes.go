package screening

import "strings"

// SupportText says in one sentence which codes giving the instrument supports.
func (i *Instrument) SupportText() string {
	if len(i.Supports) == 0 {
		return i.Name + " has no code of its own."
	}
	var parts []string
	for _, s := range i.Supports {
		parts = append(parts, s.text())
	}
	return i.Name + " supports " + strings.Join(parts, "; ") + "."
}

func (s Support) text() string {
	text := s.Code + " " + s.When
	if s.ByPayer {
		text += ", by payer"
	}
	return text
}

// BundledText says in one sentence beside which services the instrument earns nothing of its own, or
// nothing where none is known.
func (i *Instrument) BundledText() string {
	var parts []string
	for _, b := range i.Bundled {
		parts = append(parts, b.text(i.Name))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}

func (b Bundle) text(name string) string {
	text := name + " is part of " + b.Into
	if b.Code != "" {
		text = b.Code + " for " + name + " falls away beside " + b.Into
	}
	if len(b.Payers) > 0 {
		text += " for " + strings.Join(b.Payers, " and ")
	}
	return text
}
