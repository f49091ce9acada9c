using System.Globalization;
using System.Net;
using Npgsql;

namespace Wiretale.Lab.Dhcp;

/// <summary>
/// Leases in a PostgreSQL database, for several servers with the same pools. An address is a row; whoever reads one to change it has it locked, and
/// who looks for a free one passes by those that others are looking at. Time is the database's.
/// </summary>
public sealed class PostgresLeases : ILeaseStore
{
    /// <summary>Made by the first server; <c>address</c> is the key, so an address has one owner.</summary>
    const string Schema = """
        SELECT pg_advisory_xact_lock(hashtextextended('wiretale_leases', 0));
        CREATE TABLE IF NOT EXISTS wiretale_leases (
            address inet PRIMARY KEY,
            state text NOT NULL CHECK (state IN ('bound', 'offered', 'released', 'declined')),
            until timestamptz NOT NULL,
            client text NOT NULL DEFAULT '',
            hardware text NOT NULL DEFAULT '',
            name text NOT NULL DEFAULT '',
            port text NOT NULL DEFAULT '');
        CREATE INDEX IF NOT EXISTS wiretale_leases_until ON wiretale_leases (until, address);
        CREATE INDEX IF NOT EXISTS wiretale_leases_client ON wiretale_leases (client) WHERE client <> '';
        CREATE INDEX IF NOT EXISTS wiretale_leases_hardware ON wiretale_leases (hardware) WHERE hardware <> '';
        CREATE INDEX IF NOT EXISTS wiretale_leases_port ON wiretale_leases (port) WHERE port <> '';
        """;

    const string Columns = "address, state, until, client, hardware, name, port";

    const int ConnectSeconds = 3, CommandSeconds = 5, LockMilliseconds = 2000;

    readonly DhcpSettings settings;
    readonly NpgsqlConnectionStringBuilder place;
    readonly IPAddress[] notForAnybody;
    NpgsqlConnection? connection;

    PostgresLeases(DhcpSettings settings, NpgsqlConnectionStringBuilder place)
    {
        (this.settings, this.place) = (settings, place);
        notForAnybody = [.. settings.Pools.Select(pool => pool.Router).Append(settings.Server).Concat(settings.Reservations.Values).Distinct().Select(DhcpPool.ToAddress)];
    }

    /// <summary>Opens the store, and makes its table where there is none yet.</summary>
    /// <param name="settings">Whose pools are kept there.</param>
    /// <param name="where">How to connect, as in <c>Host=db.example;Database=leases</c>; a password stands in the environment (PGPASSWORD, PGPASSFILE).</param>
    /// <exception cref="LeaseStoreException">It cannot be reached, or may not be used.</exception>
    public static PostgresLeases Open(DhcpSettings settings, string where)
    {
        var store = new PostgresLeases(settings, Read(where));
        store.Try(() =>
        {
            using var change = store.Connect().BeginTransaction();
            store.Run(Schema);
            foreach (var pool in settings.Pools)
            {
                store.Run(
                    "INSERT INTO wiretale_leases (address, state, until) SELECT @first + number, 'released', 'epoch' FROM generate_series(0, @size - 1) number ON CONFLICT DO NOTHING",
                    ("first", DhcpPool.ToAddress(pool.First)), ("size", (long)pool.Size));
            }

            change.Commit();
            return 0;
        });
        return store;
    }

    /// <summary>Everything that has been given away, by address.</summary>
    /// <exception cref="LeaseStoreException">It cannot be reached, or may not be read.</exception>
    public static IReadOnlyList<Lease> All(string where)
    {
        using var store = new PostgresLeases(new() { Server = 0, Pools = [], DnsServers = [] }, Read(where));
        return store.Try(() =>
        {
            store.Connect();
            return store.Query($"SELECT {Columns} FROM wiretale_leases WHERE client <> '' OR state = 'declined' ORDER BY address");
        });
    }

    /// <inheritdoc />
    public bool IsShared => true;

    /// <inheritdoc />
    public ILeaseChange Begin(string client)
    {
        bool isOld = connection is not null;
        try
        {
            return new Change(this, client);
        }
        catch (LeaseStoreException) when (isOld)
        {
            // Perhaps only the connection is gone.
            return new Change(this, client);
        }
    }

    /// <inheritdoc />
    public void Dispose() => connection?.Dispose();

    static NpgsqlConnectionStringBuilder Read(string where)
    {
        NpgsqlConnectionStringBuilder place;
        try
        {
            place = new(where);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new LeaseStoreException("--store is not like 'Host=db.example;Database=leases;Username=dhcp'", e);
        }

        if (place.Password is { Length: > 0 })
        {
            throw new LeaseStoreException("--store: everybody on this machine can see a password there; put it into the environment (PGPASSWORD), or a file that PGPASSFILE names");
        }

        if (place.Host is not { Length: > 0 })
        {
            throw new LeaseStoreException("--store needs a Host, as in 'Host=db.example;Database=leases;Username=dhcp'");
        }

        place.Pooling = false;
        (place.Timeout, place.CommandTimeout) = (ConnectSeconds, CommandSeconds);
        (place.MaxAutoPrepare, place.AutoPrepareMinUsages) = (40, 2);
        place.ApplicationName ??= "wiretale dhcp";
        return place;
    }

    static Lease ToLease(NpgsqlDataReader row) => new(
        DhcpPool.ToNumber(row.GetFieldValue<IPAddress>(0)), Enum.Parse<LeaseState>(row.GetString(1), ignoreCase: true), row.GetFieldValue<DateTimeOffset>(2),
        row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6));

    static string Text(LeaseState state) => state.ToString().ToLowerInvariant();

    NpgsqlConnection Connect()
    {
        if (connection is { State: System.Data.ConnectionState.Open })
        {
            return connection;
        }

        connection?.Dispose();
        connection = new(place.ConnectionString);
        connection.Open();
        Run(string.Create(CultureInfo.InvariantCulture, $"SET lock_timeout = {LockMilliseconds}"));
        return connection;
    }

    /// <summary>Does something with the database; what goes wrong there is said in a line.</summary>
    T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException or InvalidOperationException or ObjectDisposedException)
        {
            connection?.Dispose();
            connection = null;
            string why = e is PostgresException { MessageText: var text } ? text : (e.InnerException ?? e).Message;
            throw new LeaseStoreException($"the leases in the database {place.Database ?? place.Username} at {place.Host} cannot be reached ({why.Split('\n')[0].TrimEnd('.')})", e);
        }
    }

    NpgsqlCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    void Run(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    List<Lease> Query(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        using var rows = command.ExecuteReader();
        var leases = new List<Lease>();
        while (rows.Read())
        {
            leases.Add(ToLease(rows));
        }

        return leases;
    }

    int Count(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return (int)(long)command.ExecuteScalar()!;
    }

    /// <summary>A transaction.</summary>
    sealed class Change : ILeaseChange
    {
        const string IsPools = "address BETWEEN @first AND @last AND address <> ALL (@not)";

        readonly PostgresLeases store;
        readonly NpgsqlTransaction transaction;

        /// <summary>Whether all that was written is offers, which may be forgotten.</summary>
        bool isLight = true;

        public Change(PostgresLeases store, string client)
        {
            this.store = store;
            transaction = store.Try(() =>
            {
                var begun = store.Connect().BeginTransaction();

                // One change at a time for a client, whichever server it is at.
                using var command = store.Command("SELECT pg_advisory_xact_lock(hashtextextended(@client, 1)), clock_timestamp()", ("client", client));
                using var row = command.ExecuteReader();
                row.Read();
                Now = row.GetFieldValue<DateTimeOffset>(1);
                return begun;
            });
        }

        public DateTimeOffset Now { get; private set; }

        public Lease? At(uint address) => store.Try(() => store.Query($"SELECT {Columns} FROM wiretale_leases WHERE address = @address FOR UPDATE", ("address", DhcpPool.ToAddress(address)))) is [var lease] ? lease : null;

        public IReadOnlyList<Lease> Of(string client) => store.Try(() => store.Query($"SELECT {Columns} FROM wiretale_leases WHERE client <> '' AND client = @client ORDER BY address FOR UPDATE", ("client", client)));

        public int CountOfStation(string hardware, LeaseState? state = null) => store.Try(() => store.Count(
            "SELECT count(*) FROM wiretale_leases WHERE hardware <> '' AND hardware = @hardware AND until > @now AND state <> 'released' AND (@state = '' OR state = @state)",
            ("hardware", hardware), ("now", Now), ("state", state is { } one ? Text(one) : "")));

        public int CountOfPort(string port) => store.Try(() => store.Count(
            "SELECT count(*) FROM wiretale_leases WHERE port <> '' AND port = @port AND until > @now AND state <> 'released'", ("port", port), ("now", Now)));

        public uint? Free(DhcpPool pool) => store.Try(() => store.Query(
            $"SELECT {Columns} FROM wiretale_leases WHERE until <= @now AND {IsPools} ORDER BY until, address LIMIT 1 FOR UPDATE SKIP LOCKED",
            [("now", Now), .. Of(pool)])) is [var lease] ? lease.Address : null;

        public (Lease? First, int Count) Earliest(DhcpPool pool, LeaseState state) => store.Try(() =>
        {
            var first = store.Query($"SELECT {Columns} FROM wiretale_leases WHERE state = @state AND {IsPools} ORDER BY until, address LIMIT 1 FOR UPDATE SKIP LOCKED", [("state", Text(state)), .. Of(pool)]);
            return (first.FirstOrDefault(), store.Count($"SELECT count(*) FROM wiretale_leases WHERE state = @state AND {IsPools}", [("state", Text(state)), .. Of(pool)]));
        });

        public void Write(Lease lease) => store.Try(() =>
        {
            isLight &= lease.State == LeaseState.Offered;
            store.Run(
                $"INSERT INTO wiretale_leases ({Columns}) VALUES (@address, @state, @until, @client, @hardware, @name, @port) ON CONFLICT (address) DO UPDATE SET state = @state, until = @until, client = @client, hardware = @hardware, name = @name, port = @port",
                ("address", DhcpPool.ToAddress(lease.Address)), ("state", Text(lease.State)), ("until", lease.Until.ToUniversalTime()), ("client", lease.Client), ("hardware", lease.Hardware), ("name", lease.Name), ("port", lease.Port));
            return 0;
        });

        public void Keep() => store.Try(() =>
        {
            if (isLight)
            {
                // An offer need not outlive a crash; the disk is for promises.
                store.Run("SET LOCAL synchronous_commit TO off");
            }

            transaction.Commit();
            return 0;
        });

        public void Dispose()
        {
            try
            {
                // Without a commit it is undone.
                transaction.Dispose();
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException)
            {
                store.connection?.Dispose();
                store.connection = null;
            }
        }

        (string, object)[] Of(DhcpPool pool) => [("first", DhcpPool.ToAddress(pool.First)), ("last", DhcpPool.ToAddress(pool.Last)), ("not", store.notForAnybody)];
    }
}
