package smart_test

import (
	"log"
	"net/http"

	"github.com/chargenote/chargenote/smart"
)

// A server mounts the three paths, and asks for the launch at each page.
func Example() {
	app, err := smart.New(smart.Config{
		BaseURL: "https://app.example",
		Issuers: []smart.Issuer{{
			ISS: "https://ehr.example/fhir/r4", Key: "example-clinic",
			Client:         smart.Client{ID: "our-id-there", Auth: "basic", SecretEnv: "EXAMPLE_CLINIC_SECRET"},
			FrameAncestors: []string{"https://ehr.example"},
		}},
	})
	if err != nil {
		log.Print(err) // every fault of the configuration, a line each
		return
	}
	page := func(w http.ResponseWriter, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest) // no secret in it
		}
	}
	http.HandleFunc("GET /launch", func(w http.ResponseWriter, r *http.Request) { page(w, app.Start(w, r)) })
	http.HandleFunc("GET /launch/continue", func(w http.ResponseWriter, r *http.Request) { page(w, app.Continue(w, r)) })
	http.HandleFunc("GET /callback/{key}", func(w http.ResponseWriter, r *http.Request) {
		id, err := app.Callback(w, r, r.PathValue("key"))
		if err != nil {
			page(w, err)
			return
		}
		http.Redirect(w, r, "/visit/"+id, http.StatusSeeOther)
	})
	http.HandleFunc("GET /visit/{id}", func(w http.ResponseWriter, r *http.Request) {
		launch, err := app.Launch(r, r.PathValue("id"))
		if err != nil {
			page(w, err)
			return
		}
		response, err := launch.HTTPClient().Get(launch.ISS + "/Patient/" + launch.Patient)
		if err != nil { // names the address, and so the patient
			http.Error(w, "the record did not answer", http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
	})
}
