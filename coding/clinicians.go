package coding

import "slices"

// clinicians says who of the facts is who. A service without a performer is the provider's; so is one
// whose performer is named by the provider's discipline, and one of the only performer that is named.
type clinicians struct {
	provider string // discipline; empty where unknown or mixed
	sole     string // the only performer that is named, where that is the provider
}

// identify finds out who performed the services.
func (e *evaluation) identify() {
	e.who = clinicians{provider: e.facts.Provider.Discipline}
	sole := ""
	for i := range e.facts.Services {
		if performer := e.facts.Services[i].Performer; performer != "" {
			sole = performer
			break
		}
	}
	for i := range e.facts.Services {
		if performer := e.facts.Services[i].Performer; performer != "" && performer != sole {
			sole = ""
		}
	}
	isDiscipline := slices.Contains(disciplines, sole)
	switch {
	case sole == "":
	case !isDiscipline:
		e.who.sole = sole
	case e.who.provider == "":
		e.who.sole, e.who.provider = sole, sole
	}
	if e.who.provider == DisciplineMixed {
		e.who.provider = ""
	}
}

// performerOf names who did a service; the empty name is the provider.
func (e *evaluation) performerOf(s *Service) string {
	if s.Performer == e.who.sole || s.Performer == e.who.provider {
		return ""
	}
	return s.Performer
}

// disciplineOf is the discipline of a performer: the performer's own where it is named as one, else
// the provider's.
func (e *evaluation) disciplineOf(performer string) string {
	switch {
	case performer == DisciplineMixed:
		return ""
	case slices.Contains(disciplines, performer):
		return performer
	}
	return e.who.provider
}
