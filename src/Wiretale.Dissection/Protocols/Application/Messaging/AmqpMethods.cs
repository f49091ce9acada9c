using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Messaging;

/// <summary>A method: its name and its arguments, each with what the Info column puts before it, or null.</summary>
sealed record AmqpMethod(string Name, (Field Field, string? Info)[] Arguments);

/// <summary>The methods of AMQP 0-9-1 and the fields of their arguments.</summary>
static class AmqpMethods
{
    static readonly Protocol P = Amqp.P;

    // The type of a field is the argument's: numbers; flags, which share a byte; texts of up to 255 bytes; longer ones as bytes; tables as labels.
    static readonly Field[] Fields =
    [
        Number8("version_major", "Version-Major"), Number8("version_minor", "Version-Minor"), Table("server_properties", "Server-Properties"), Long("mechanisms", "Mechanisms"),
        Long("locales", "Locales"), Table("client_properties", "Client-Properties"), Short("mechanism", "Mechanism"), Long("response", "Response"), Short("locale", "Locale"),
        Long("challenge", "Challenge"), Number16("channel_max", "Channel-Max"), Number32("frame_max", "Frame-Max"), Number16("heartbeat", "Heartbeat"),
        Short("virtual_host", "Virtual-Host"), Short("capabilities", "Capabilities"), Flag("insist", "Insist"), Short("known_hosts", "Known-Hosts"), Short("reason", "Reason"),
        Short("out_of_band", "Out-Of-Band"), Long("channel_id", "Channel-Id"), Flag("active", "Active"), Number16("reply_code", "Reply-Code"), Short("reply_text", "Reply-Text"),
        Number16("class_id", "Class-Id"), Number16("method_id", "Method-Id"), Number16("ticket", "Ticket"), Short("exchange", "Exchange"), Short("type", "Type"),
        Flag("passive", "Passive"), Flag("durable", "Durable"), Flag("auto_delete", "Auto-Delete"), Flag("internal", "Internal"), Flag("nowait", "Nowait"),
        Table("arguments", "Arguments"), Flag("if_unused", "If-Unused"), Short("destination", "Destination"), Short("source", "Destination"), Short("routing_key", "Routing-Key"),
        Short("queue", "Queue"), Flag("exclusive", "Exclusive"), Number32("message_count", "Message-Count"), Number32("consumer_count", "Consumer-Count"),
        Flag("if_empty", "If-Empty"), Number32("prefetch_size", "Prefetch-Size"), Number16("prefetch_count", "Prefetch-Count"), Flag("global", "Global"),
        Short("consumer_tag", "Consumer-Tag"), Flag("no_local", "No-Local"), Flag("no_ack", "No-Ack"), Table("filter", "Filter"), Flag("mandatory", "Mandatory"),
        Flag("immediate", "Immediate"), Number64("delivery_tag", "Delivery-Tag"), Flag("redelivered", "Redelivered"), Short("cluster_id", "Cluster-Id"),
        Flag("multiple", "Multiple"), Flag("requeue", "Requeue"),
    ];

    /// <summary>The method of a class, or null.</summary>
    public static AmqpMethod? Find(int @class, int method) => Known.All.GetValueOrDefault((@class, method));

    static Field Number8(string name, string label) => P.UInt8("amqp.method.arguments." + name, label);

    static Field Number16(string name, string label) => P.UInt16("amqp.method.arguments." + name, label);

    static Field Number32(string name, string label) => P.UInt32("amqp.method.arguments." + name, label);

    static Field Number64(string name, string label) => P.UInt64("amqp.method.arguments." + name, label);

    static Field Short(string name, string label) => P.String("amqp.method.arguments." + name, label);

    static Field Long(string name, string label) => P.Bytes("amqp.method.arguments." + name, label);

    static Field Flag(string name, string label) => P.Flag("amqp.method.arguments." + name, label);

    static Field Table(string name, string label) => P.Label("amqp.method.arguments." + name, label);

    /// <summary>The methods, made when the first is met.</summary>
    static class Known
    {
        // Class, method, name; arguments, after what the Info column says before them.
        const string Lines = """
            10 10 Start version_major version_minor server_properties mechanisms locales
            10 11 Start-Ok client_properties mechanism response locale
            10 20 Secure challenge
            10 21 Secure-Ok response
            10 30 Tune channel_max frame_max heartbeat
            10 31 Tune-Ok channel_max frame_max heartbeat
            10 40 Open vhost=virtual_host capabilities insist
            10 41 Open-Ok known_hosts
            10 50 Close reply_code reply=reply_text class_id method_id
            10 51 Close-Ok
            10 60 Blocked reason
            10 61 Unblocked
            20 10 Open out_of_band
            20 11 Open-Ok channel_id
            20 20 Flow active
            20 21 Flow-Ok active
            20 40 Close reply_code reply=reply_text class_id method_id
            20 41 Close-Ok
            40 10 Declare ticket x=exchange type passive durable auto_delete internal nowait arguments
            40 11 Declare-Ok
            40 20 Delete ticket x=exchange if_unused nowait
            40 21 Delete-Ok
            40 30 Bind ticket dx=destination sx=source bk=routing_key nowait arguments
            40 31 Bind-Ok
            40 40 Unbind ticket dx=destination sx=source bk=routing_key nowait arguments
            40 51 Unbind-Ok
            50 10 Declare ticket q=queue passive durable exclusive auto_delete nowait arguments
            50 11 Declare-Ok q=queue message_count consumer_count
            50 20 Bind ticket q=queue x=exchange bk=routing_key nowait arguments
            50 21 Bind-Ok
            50 30 Purge ticket q=queue nowait
            50 31 Purge-Ok message_count
            50 40 Delete ticket q=queue if_unused if_empty nowait
            50 41 Delete-Ok message_count
            50 50 Unbind ticket q=queue x=exchange rk=routing_key arguments
            50 51 Unbind-Ok
            60 10 Qos prefetch_size prefetch_count global
            60 11 Qos-Ok
            60 20 Consume ticket q=queue consumer_tag no_local no_ack exclusive nowait filter
            60 21 Consume-Ok consumer_tag
            60 30 Cancel consumer_tag nowait
            60 31 Cancel-Ok consumer_tag
            60 40 Publish ticket x=exchange rk=routing_key mandatory immediate
            60 50 Return reply_code reply_text exchange routing_key
            60 60 Deliver consumer_tag delivery_tag redelivered x=exchange rk=routing_key
            60 70 Get ticket q=queue no_ack
            60 71 Get-Ok delivery_tag redelivered x=exchange rk=routing_key message_count
            60 72 Get-Empty cluster_id
            60 80 Ack delivery_tag multiple
            60 90 Reject delivery_tag requeue
            60 100 Recover-Async requeue
            60 110 Recover requeue
            60 111 Recover-Ok
            60 120 Nack delivery_tag multiple requeue
            85 10 Select nowait
            85 11 Select-Ok
            90 10 Select
            90 11 Select-Ok
            90 20 Commit
            90 21 Commit-Ok
            90 30 Rollback
            90 31 Rollback-Ok
            """;

        internal static readonly Dictionary<(int Class, int Method), AmqpMethod> All = Read();

        static Dictionary<(int Class, int Method), AmqpMethod> Read()
        {
            var byName = Fields.ToDictionary(static f => f.Name[(f.Name.LastIndexOf('.') + 1)..], StringComparer.Ordinal);
            var all = new Dictionary<(int Class, int Method), AmqpMethod>();
            foreach (string line in Lines.Split('\n'))
            {
                string[] words = line.TrimEnd('\r').Split(' ');
                all[(Int(words[0]), Int(words[1]))] = new(words[2], Array.ConvertAll(words[3..], word => word.IndexOf('=') is >= 0 and var sign
                    ? (byName[word[(sign + 1)..]], word[..(sign + 1)])
                    : (byName[word], (string?)null)));
            }

            return all;
        }

        static int Int(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }
}
