//! The tables as diesel sees them; `migrations/` makes them, and a test compares the two databases.

diesel::table! {
    meta (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    clinics (id) {
        id -> Text,
        name -> Text,
        name_kana -> Nullable<Text>,
        name_en -> Nullable<Text>,
        contact -> Text,
        password_only_reason -> Nullable<Text>,
        password_only_until -> Nullable<BigInt>,
        session_idle -> BigInt,
        session_absolute -> BigInt,
        created_at -> BigInt,
        registration -> Text,
        password_fallback -> Text,
        unregistered_terminal -> Text,
        code -> Nullable<Text>,
        accent -> Nullable<Text>,
        admin_addresses -> Text,
        updated_at -> BigInt,
        name_key -> Text,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        handle -> Text,
        email -> Text,
        email_key -> Text,
        email_verified -> Bool,
        password_hash -> Nullable<Text>,
        password_failures -> Integer,
        profile -> Text,
        passkey_count -> Integer,
        ever_enrolled -> Bool,
        disabled_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        password_class -> Text,
        name_key -> Text,
    }
}

diesel::table! {
    memberships (id) {
        id -> Text,
        user_id -> Text,
        clinic_id -> Text,
        roles -> Text,
        suspended_at -> Nullable<BigInt>,
        created_at -> BigInt,
        ends_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        chosen_at -> Nullable<BigInt>,
        name_key -> Text,
    }
}

diesel::table! {
    clients (id) {
        id -> Text,
        name -> Text,
        kind -> Text,
        auth_method -> Text,
        secret_hash -> Nullable<Text>,
        redirect_uris -> Text,
        post_logout_redirect_uris -> Text,
        backchannel_logout_uri -> Nullable<Text>,
        start_uri -> Nullable<Text>,
        scopes -> Text,
        grants -> Text,
        id_token_alg -> Text,
        pkce_required -> Bool,
        first_party -> Bool,
        clinic_id -> Nullable<Text>,
        disabled_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        roles -> Text,
        former_secret_hash -> Nullable<Text>,
        former_secret_until -> Nullable<BigInt>,
        removed_at -> Nullable<BigInt>,
        name_key -> Text,
        min_acr -> Nullable<Text>,
        takes_temporary -> Bool,
        terminals -> Text,
        lifetimes -> Text,
        secret_days -> Nullable<BigInt>,
        secret_expires_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
        claim_names -> Text,
    }
}

diesel::table! {
    invitations (id) {
        id -> Text,
        user_id -> Text,
        clinic_id -> Text,
        token_hash -> Text,
        created_at -> BigInt,
        used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        way -> Text,
        sent_by -> Nullable<Text>,
        sent_to -> Nullable<Text>,
        again -> Bool,
    }
}

diesel::table! {
    passkeys (id) {
        id -> Text,
        user_id -> Text,
        credential_id -> Text,
        credential -> Text,
        name -> Text,
        aaguid -> Text,
        transports -> Text,
        backup_eligible -> Bool,
        backup_state -> Bool,
        sign_count -> BigInt,
        enabled -> Bool,
        created_at -> BigInt,
        created_ip -> Text,
        created_user_agent -> Text,
        last_used_at -> Nullable<BigInt>,
        last_used_ip -> Nullable<Text>,
        last_used_user_agent -> Nullable<Text>,
        use_count -> BigInt,
        suspended_at -> Nullable<BigInt>,
        suspended_by -> Nullable<Text>,
        suspend_reason -> Nullable<Text>,
        owner_suspended -> Bool,
        attestation -> Text,
        attestation_format -> Nullable<Text>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        secret_hash -> Text,
        user_id -> Text,
        clinic_id -> Text,
        kind -> Text,
        invitation_id -> Nullable<Text>,
        acr -> Text,
        amr -> Text,
        auth_time -> BigInt,
        authenticated_for -> Nullable<Text>,
        passkey_id -> Nullable<Text>,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        idle_limit -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        end_reason -> Nullable<Text>,
        ip -> Text,
        user_agent -> Text,
        terminal_kind -> Text,
        terminal_id -> Nullable<Text>,
        confirmed_at -> Nullable<BigInt>,
        clinic_choice -> Text,
    }
}

diesel::table! {
    terminals (id) {
        id -> Text,
        clinic_id -> Text,
        kind -> Text,
        name -> Text,
        link_hash -> Text,
        secret_hash -> Nullable<Text>,
        created_at -> BigInt,
        registered_at -> Nullable<BigInt>,
        registered_ip -> Nullable<Text>,
        registered_user_agent -> Nullable<Text>,
        last_seen_at -> Nullable<BigInt>,
        last_seen_ip -> Nullable<Text>,
        last_seen_user_agent -> Nullable<Text>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    grants (id) {
        id -> Text,
        client_id -> Text,
        user_id -> Text,
        clinic_id -> Text,
        session_id -> Text,
        scopes -> Text,
        acr -> Text,
        amr -> Text,
        auth_time -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        refresh_n -> Nullable<BigInt>,
        refreshed_at -> Nullable<BigInt>,
        outlives_session -> Bool,
    }
}

diesel::table! {
    consents (user_id, client_id) {
        user_id -> Text,
        client_id -> Text,
        scopes -> Text,
        given_at -> BigInt,
    }
}

diesel::table! {
    spent (id) {
        id -> Text,
        keep_until -> BigInt,
    }
}

diesel::table! {
    password_attempts (account, address) {
        account -> Text,
        address -> Text,
        failures -> Integer,
        not_before -> BigInt,
    }
}

diesel::table! {
    unattributed (kind, address, typed_hash, minute) {
        kind -> Text,
        address -> Text,
        typed_hash -> Text,
        minute -> BigInt,
        count -> BigInt,
    }
}

diesel::table! {
    signing_keys (kid) {
        kid -> Text,
        alg -> Text,
        state -> Text,
        public_jwk -> Text,
        sealed_private -> Text,
        created_at -> BigInt,
        activated_at -> Nullable<BigInt>,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Text,
        at -> BigInt,
        kind -> Text,
        outcome -> Text,
        reason -> Nullable<Text>,
        actor_kind -> Text,
        actor_id -> Nullable<Text>,
        actor_name -> Nullable<Text>,
        subject_id -> Nullable<Text>,
        clinic_id -> Nullable<Text>,
        client_id -> Nullable<Text>,
        session_ref -> Nullable<Text>,
        credential_ref -> Nullable<Text>,
        acr -> Nullable<Text>,
        amr -> Text,
        detail -> Nullable<Text>,
        request_id -> Text,
        ip -> Text,
        user_agent -> Text,
        incident -> Nullable<Text>,
    }
}

diesel::table! {
    password_history (user_id, replaced_at) {
        user_id -> Text,
        replaced_at -> BigInt,
        password_hash -> Text,
    }
}

diesel::table! {
    second_factors (user_id) {
        user_id -> Text,
        sealed_seed -> Text,
        last_step -> BigInt,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_codes (user_id, code_hash) {
        user_id -> Text,
        code_hash -> Text,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    leases (name) {
        name -> Text,
        holder -> Text,
        until -> BigInt,
    }
}

diesel::table! {
    outbox (id) {
        id -> Text,
        message -> Text,
        created_at -> BigInt,
        due_at -> BigInt,
        attempts -> Integer,
    }
}

diesel::table! {
    handoffs (id) {
        id -> Text,
        session_id -> Text,
        token_hash -> Text,
        stage -> Text,
        phone_hash -> Nullable<Text>,
        digits -> Nullable<Text>,
        wrong_digits -> Integer,
        pressed_elsewhere -> Bool,
        offer -> Nullable<Text>,
        end_reason -> Nullable<Text>,
        expires_at -> BigInt,
    }
}

diesel::table! {
    groups (id) {
        id -> Text,
        clinic_id -> Text,
        name -> Text,
        name_key -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        removed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    group_members (group_id, membership_id) {
        group_id -> Text,
        membership_id -> Text,
    }
}

diesel::table! {
    qualifications (id) {
        id -> Text,
        membership_id -> Text,
        profession -> Text,
        number -> Nullable<Text>,
        entered_at -> BigInt,
        entered_by -> Nullable<Text>,
        verified_at -> Nullable<BigInt>,
        verified_by -> Nullable<Text>,
        verified_method -> Nullable<Text>,
    }
}

diesel::table! {
    access_codes (id) {
        id -> Text,
        user_id -> Text,
        clinic_id -> Text,
        reason -> Text,
        asked_by -> Nullable<Text>,
        asked_at -> BigInt,
        code_hash -> Nullable<Text>,
        tries_left -> Integer,
        expires_at -> BigInt,
        purpose -> Text,
        checked -> Nullable<Text>,
    }
}

diesel::joinable!(passkeys -> users (user_id));
diesel::joinable!(memberships -> users (user_id));
diesel::joinable!(memberships -> clinics (clinic_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(sessions -> clinics (clinic_id));
diesel::joinable!(grants -> users (user_id));
diesel::joinable!(grants -> sessions (session_id));
diesel::joinable!(grants -> clients (client_id));
diesel::joinable!(consents -> clients (client_id));
diesel::joinable!(terminals -> clinics (clinic_id));
diesel::joinable!(group_members -> groups (group_id));
diesel::joinable!(group_members -> memberships (membership_id));
diesel::allow_tables_to_appear_in_same_query!(
    passkeys,
    users,
    memberships,
    clinics,
    clients,
    sessions,
    grants,
    consents
);
diesel::allow_tables_to_appear_in_same_query!(terminals, clinics);
diesel::allow_tables_to_appear_in_same_query!(groups, group_members);
diesel::allow_tables_to_appear_in_same_query!(groups, memberships);
diesel::allow_tables_to_appear_in_same_query!(group_members, memberships);
diesel::allow_tables_to_appear_in_same_query!(group_members, users);
diesel::allow_tables_to_appear_in_same_query!(audit_events, users);
diesel::allow_tables_to_appear_in_same_query!(audit_events, memberships);
