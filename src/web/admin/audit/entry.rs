//! An event as pages and spreadsheets show it.

use serde_json::Value;

use crate::{
    domain::{Actor, AuditEvent, ClientId, Clinic, ClinicId},
    flows::admin::audit::Names,
    web::view::{AuditEntry, Lang},
};

pub fn entry(event: &AuditEvent, names: &Names, lang: Lang) -> AuditEntry {
    let (actor, actor_id, actor_name) = actor(&event.actor, names);
    let event = event.clone();
    AuditEntry {
        id: event.id,
        at: event.at,
        kind: event.kind.as_str(),
        outcome: event.outcome.as_str(),
        reason: event.reason,
        actor,
        actor_id,
        actor_name,
        subject_name: event.subject.as_ref().and_then(|id| names.people.get(id).cloned()),
        subject_id: event.subject.map(|id| id.to_string()),
        clinic_name: event.clinic_id.as_ref().and_then(|id| clinic(id, names, lang)),
        clinic_id: event.clinic_id.map(|id| id.to_string()),
        application: event.client_id.as_ref().and_then(|id| application(id, names)),
        client_id: event.client_id.map(|id| id.to_string()),
        session: event.session_ref,
        credential: event.credential_ref,
        acr: event.acr.map(|acr| acr.as_str()),
        amr: event.amr.iter().map(|amr| amr.as_str()).collect::<Vec<_>>().join(" "),
        address: event.request.ip,
        user_agent: event.request.user_agent,
        request: event.request.request_id,
        incident: event.incident,
        detail: event.detail.as_ref().map(lines).unwrap_or_default(),
    }
}

fn application(id: &ClientId, names: &Names) -> Option<String> {
    names.applications.get(id).cloned()
}

fn clinic(id: &ClinicId, names: &Names, lang: Lang) -> Option<String> {
    let Clinic { name, name_en, .. } = names.clinics.get(id)?;
    Some(name_en.clone().filter(|_| lang == Lang::En).unwrap_or_else(|| name.clone()))
}

fn actor(actor: &Actor, names: &Names) -> (&'static str, Option<String>, Option<String>) {
    match actor {
        Actor::User { id, name } => ("user", Some(id.to_string()), Some(name.clone())),
        Actor::Client(id) => ("client", Some(id.to_string()), application(id, names)),
        Actor::CommandLine => ("command_line", None, None),
        Actor::System => ("system", None, None),
        Actor::Nobody => ("nobody", None, None),
    }
}

/// What else was recorded, one line for each value: `filter.person`, `山田`.
fn lines(detail: &Value) -> Vec<(String, String)> {
    fn gather(path: &str, value: &Value, into: &mut Vec<(String, String)>) {
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| gather(&below(name), value, into)),
            Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
                items.iter().zip(1..).for_each(|(item, number)| gather(&below(&i32::to_string(&number)), item, into));
            }
            Value::Array(items) => into.push((path.to_owned(), items.iter().map(plain).collect::<Vec<_>>().join(", "))),
            value => into.push((path.to_owned(), plain(value))),
        }
    }
    let mut all = Vec::new();
    gather("", detail, &mut all);
    all
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::lines;

    #[test]
    fn a_detail_is_a_line_for_each_value_however_deep_it_lies() {
        let detail = json!({ "count": 2, "filter": { "person": "山田" }, "changed": ["name", "roles"],
            "of": [{ "id": "a" }], "none": null });
        let told: Vec<_> = lines(&detail).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(told, ["count=2", "filter.person=山田", "changed=name, roles", "of.1.id=a", "none=null"]);
    }
}
